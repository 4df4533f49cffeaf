"""In an emergency: whom an advocate names, who asks, who agrees, and the urgent messages that are then read."""
