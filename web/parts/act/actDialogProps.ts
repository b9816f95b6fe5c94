import type { ReactNode } from 'react';
import type { Refusal } from './useAct.ts';

/** A dialog in which something is done, or not. */
export interface ActDialogProps {
  title: string;
  /** What the button says that does it. */
  confirm: string;
  /** Whether it takes something away. */
  isDangerous?: boolean;
  /** What has to be typed before it is done. */
  typed?: string;
  isBusy: boolean;
  refusal: Refusal | undefined;
  /** What is said of the refusal in its place, such as what to do about it. */
  said?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}
