"""storyfold: folds reposts of one text into one article, and articles of one event into a story."""
