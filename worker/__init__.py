"""`python -m worker`: takes messages from the queues, or from the spool, and stores them."""
