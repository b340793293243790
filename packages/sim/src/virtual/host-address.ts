import { ipOf, makeAddress, portOf, type Address } from '@imagemesh/peer';

/** Hosts live at 10.x.y.z, numbered through, all on the port of the original. */
const FIRST_IP = 0x0a_00_00_01;
const PORT = 9_000;

/** The address of the host with this number. */
export function addressOf(host: number): Address {
  return makeAddress(FIRST_IP + host, PORT);
}

/** The number of the host at an address, which need not exist; −1 where none can be. */
export function hostAt(address: Address): number {
  return portOf(address) === PORT ? ipOf(address) - FIRST_IP : -1;
}
