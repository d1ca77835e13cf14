"""The ICS insight warehouse: what people said, along whole pathways, beside the waits and targets."""
