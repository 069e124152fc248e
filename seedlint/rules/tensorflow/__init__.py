"""The rules that find nothing where neither TensorFlow nor Keras is imported, and what they have in common."""
