-- What a worker says of itself with each request: its version, what it runs on, and how many commands it runs at once.
ALTER TABLE "worker_looks" ADD COLUMN "about" JSONB;
