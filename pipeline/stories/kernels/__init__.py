"""Compiled loops over tokens and sparse rows."""
