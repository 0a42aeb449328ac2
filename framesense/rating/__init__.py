"""From tags and viewers to preferences: MovieLens data, protocols, metrics, models."""
