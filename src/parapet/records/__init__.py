"""What is remembered: Django models, their migrations, and the keys that open what they hold.

A row shows numbers, times, codes and keyed digests only. Whatever a person wrote is sealed: in the vault when it is the
original, under the item's own key when it is a working copy.
"""
