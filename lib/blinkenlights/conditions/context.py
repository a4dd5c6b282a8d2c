"""What conditions are judged by: the values of one thing at one moment."""
