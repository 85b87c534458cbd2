"""The website: pages, the widget's files, and the chat's endpoint, all from the Rasa server's own address (docs/decisions, 11)."""
