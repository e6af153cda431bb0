"""storyfold: folds reposts of one text into one article, and articles of one event into a story."""

import logging

logging.getLogger(__name__).addHandler(logging.NullHandler())  # heard where somebody listens
