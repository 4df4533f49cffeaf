"""The words of Parapet. attrs and the standard library only."""
