"""What runs inside the Rasa server: understanding, dialogue policy, and the words' country-specific parts."""
