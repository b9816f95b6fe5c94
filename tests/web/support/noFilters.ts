/** The filters of tasks where none holds. */
export const noFilters = {
  status: [],
  task: [],
  run: [],
  approval: [],
  acknowledged: [],
  unacknowledged: [],
  text: [],
  since: [],
  until: [],
};
