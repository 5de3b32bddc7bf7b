"""The Keras side, written on keras.ops; never imports scikit-learn."""
