import type { HttpApp } from '../http/app.ts';
import type { RestContext } from './context.ts';
import { addCreateTask } from './routes/createTask.ts';
import { addDecideTask } from './routes/decideTask.ts';
import { addExportDecisions } from './routes/exportDecisions.ts';
import { addExportTasks } from './routes/exportTasks.ts';
import { addListTasks } from './routes/listTasks.ts';
import { addPageRuns } from './routes/pageRuns.ts';
import { addPageTasks } from './routes/pageTasks.ts';
import { addPruneTasks } from './routes/pruneTasks.ts';
import { addReadRun } from './routes/readRun.ts';
import { addReadTask } from './routes/readTask.ts';
import { addReady } from './routes/ready.ts';
import { addStartRun } from './routes/startRun.ts';
import { addSteerRun } from './routes/steerRun.ts';
import { addUpdateTask } from './routes/updateTask.ts';

/** Adds the routes of the REST contract to an app. */
export function addRestRoutes(app: HttpApp, context: RestContext): void {
  addCreateTask(app, context);
  addUpdateTask(app, context);
  addReadTask(app, context);
  addListTasks(app, context);
  addPageTasks(app, context);
  addExportTasks(app, context);
  addDecideTask(app, context);
  addExportDecisions(app, context);
  addPruneTasks(app, context);
  addStartRun(app, context);
  addPageRuns(app, context);
  addReadRun(app, context);
  addSteerRun(app, context);
  addReady(app, context);
}
