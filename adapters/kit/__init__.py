"""What an engineer needs who adds a source: a contract suite, recorded exchanges, and files to begin with."""
