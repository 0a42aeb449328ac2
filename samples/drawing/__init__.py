"""Draws the sample film "The Fallen Star": brush, cast, settings, camera, script, truth."""
