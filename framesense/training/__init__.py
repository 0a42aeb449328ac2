"""Classifiers trained on pictures of the user's own film."""
