"""From values of ``schemas`` to what a page shows. Pure: no request, no clock, no I/O, no HTML layout."""
