/** What dialogs say in which something is done. */
export const actionTexts = {
  back: 'Back',
  close: 'Close',
  busy: 'Sending…',
  type: 'To confirm, type',
  reason: 'Reason',
  reasonHint: 'Shown to others.',
  note: 'Note',
  noteHint: 'Others see it with the task or run.',
  needs: (scope: string) => `This needs the scope “${scope.toLowerCase()}”.`,
  lookOnly: (scope: string) => `You can look, but the buttons here need the scope “${scope.toLowerCase()}”.`,
  signIn: 'Sign in',
};
