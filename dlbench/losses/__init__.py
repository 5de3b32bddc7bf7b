"""What nets are trained to make small: one file a loss, pure functions on keras.ops."""
