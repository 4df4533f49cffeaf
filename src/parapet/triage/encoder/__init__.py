"""The second stage: a small transformer that reads a part of a message word by word. Exact: whole numbers where order could matter."""
