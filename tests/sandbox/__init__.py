"""The emulated AWS behaves as AWS where the provider notices."""
