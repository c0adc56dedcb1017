"""Flows of the menu as people write them: YAML files, read strictly, told wrong by line."""
