// `ip(address).in_range(ranges)` of the old sandbox.
import { BlockList, isIP } from "node:net";

const family = (address) => (isIP(address) === 6 ? "ipv6" : "ipv4");

function listed(ranges) {
  const list = new BlockList();
  for (const range of [ranges].flat()) {
    const [first, bits] = String(range).trim().split("/");
    const [from, to] = first.split("-").map((part) => part.trim());
    if (bits !== undefined) list.addSubnet(from, Number(bits), family(from));
    else if (to !== undefined) list.addRange(from, to, family(from));
    else list.addAddress(from, family(from));
  }
  return list;
}

/// Ranges are addresses, `10.0.0.0/8` or `10.0.0.1-10.0.0.9`, one or a list.
export const ip = (address) => ({ in_range: (ranges) => listed(ranges).check(address, family(address)) });
