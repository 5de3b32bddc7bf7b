"""What a fitted contestant looked at in a picture: a number for each place, by methods of their own file."""
