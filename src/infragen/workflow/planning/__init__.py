"""Plans of an environment, as change sets, and what is said about them before they are shown."""
