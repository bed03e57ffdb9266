"""What a person or a timer can do: who may, in what order, with which steps of the store."""
