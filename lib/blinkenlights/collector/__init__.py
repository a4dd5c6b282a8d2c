"""AMQP and socket sources into the store: batching, acknowledgement, the watermark."""
