-- When the job that stands for a task may be taken: at once, or after the pause before a further try.
ALTER TABLE "agents_tasks" ADD COLUMN "due_at" TIMESTAMPTZ(3);
