"""`make train`: learns the watch's model from the labelled lines, and says what it is worth by cross-validation."""
