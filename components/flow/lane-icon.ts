import type { IconName } from '@/components/ui/icon';

const ICONS: readonly [RegExp, IconName][] = [
  [/cart|order|sales|shop|checkout/i, 'cart'],
  [/stock|inventory|warehouse|wms/i, 'box'],
  [/pay|bill|invoice|account|bank|ledger|wallet/i, 'card'],
  [/ship|deliver|carrier|logistic|parcel/i, 'truck'],
  [/user|customer|identity|profile|member/i, 'user'],
  [/mail|notif|message|sms/i, 'chat'],
];

/** A picture beside the name of a service, by what its name says; a plain sheet for the others. */
export const laneIcon = (service: string): IconName =>
  ICONS.find(([pattern]) => pattern.test(service))?.[1] ?? 'layers';
