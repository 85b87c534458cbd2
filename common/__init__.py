"""What the Rasa server, the action server and the tools all need. Imports neither rasa nor rasa_sdk."""
