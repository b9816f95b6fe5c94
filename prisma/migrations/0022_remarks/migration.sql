-- What the server wants people to know about a task beside its reason: what it left out, passed over or held, and why.
ALTER TABLE "agents_tasks" ADD COLUMN "remarks" TEXT[] NOT NULL DEFAULT '{}';
