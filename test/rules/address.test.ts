// Address: whose word is taken for where a request comes from.
import { expect, test } from "vitest";
import {
  addressGroup,
  clientAddress,
  coarseAddress,
  isLoopbackHost,
  isNetwork,
  networksOf,
  siteOf,
} from "../../server/http/address.ts";
import { openLimits } from "../../server/http/limits.ts";

const trusted = networksOf(["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);
const nobody = networksOf([]);

test("[S70] what a stranger forwards is not believed", () => {
  expect(clientAddress("203.0.113.9", "198.51.100.1", trusted)).toBe("203.0.113.9");
  expect(clientAddress("10.1.2.3", "198.51.100.1", nobody)).toBe("10.1.2.3");
});

test("[S70] behind trusted proxies the right-most address that is none of them counts", () => {
  const seen = (forwarded: string | undefined) => clientAddress("10.1.2.3", forwarded, trusted);
  expect(seen("198.51.100.1")).toBe("198.51.100.1");
  expect(seen("6.6.6.6, 198.51.100.1")).toBe("198.51.100.1");
  expect(seen("6.6.6.6, 198.51.100.1, 10.9.9.9,fd00::1")).toBe("198.51.100.1");
  expect(seen("2001:DB8::0:1")).toBe("2001:db8::1");
  expect(seen(undefined)).toBe("10.1.2.3");
  expect(seen("")).toBe("10.1.2.3");
  expect(seen("not an address")).toBe("10.1.2.3");
  expect(seen("198.51.100.1, <script>")).toBe("10.1.2.3");
  expect(seen("10.0.0.7")).toBe("10.0.0.7");
});

test("[S70] a proxy may name a port too, and put an IPv6 address in brackets", () => {
  const seen = (forwarded: string) => clientAddress("10.1.2.3", forwarded, trusted);
  expect(seen("6.6.6.6, 198.51.100.1:50123")).toBe("198.51.100.1");
  expect(seen("198.51.100.1:50123, 10.0.0.7:80")).toBe("198.51.100.1");
  expect(seen("[2001:DB8::0:1]:443")).toBe("2001:db8::1");
  expect(seen("[2001:db8::1]")).toBe("2001:db8::1");
  expect(seen("[::ffff:198.51.100.1]:9")).toBe("198.51.100.1");
  for (const garbage of ["198.51.100.1:x", "198.51.100.1:123456", "[198.51.100.1", "[]:1", ":80"]) {
    expect(seen(`6.6.6.6, ${garbage}`), garbage).toBe("10.1.2.3");
  }
});

test("[S70] an IPv4 address is the same however its socket spells it", () => {
  expect(clientAddress("::ffff:203.0.113.9", undefined, nobody)).toBe("203.0.113.9");
  expect(clientAddress("::FFFF:10.1.2.3", "198.51.100.1", trusted)).toBe("198.51.100.1");
  expect(clientAddress("fe80::1%eth0", undefined, nobody)).toBe("fe80::1");
});

test("[S71] limits count an IPv4 address by itself and IPv6 by its /64", () => {
  expect(addressGroup("203.0.113.9")).toBe("203.0.113.9");
  expect(addressGroup("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
  expect(addressGroup("2001:db8:1:2::9")).toBe("2001:db8:1:2::/64");
  expect(addressGroup("2001:db8::9")).toBe("2001:db8:0:0::/64");
  expect(addressGroup("::1")).toBe("0:0:0:0::/64");
});

test("[S135] an IPv6 site is the /48 of its households, and an IPv4 address is of none", async () => {
  expect(siteOf(addressGroup("2001:db8:1:2:3:4:5:6"))).toBe("2001:db8:1::/48");
  expect(siteOf(addressGroup("2001:db8:1::9"))).toBe("2001:db8:1::/48");
  for (const other of ["203.0.113.9", "", "2001:db8:1::/48"]) expect(siteOf(other)).toBeUndefined();
  const { guests } = openLimits();
  const granted = async (household: string, count: number) => {
    const waits = await Promise.all(Array.from({ length: count }, () => guests(household)));
    return waits.filter((waitMs) => waitMs === undefined).length;
  };
  // Who is refused as a household takes nothing from its site.
  expect(await granted("2001:db8:1:0::/64", 5_000)).toBe(100);
  let all = 100;
  for (let at = 1; at <= 40; at++) all += await granted(`2001:db8:1:${at}::/64`, 100);
  expect(all).toBe(2_000);
  expect(await granted("2001:db8:2:1::/64", 1)).toBe(1);
  expect(await granted("203.0.113.9", 101)).toBe(100);
});

test("[S71] a log shows a neighbourhood and nobody's address", () => {
  expect(coarseAddress("203.0.113.9")).toBe("203.0.113.0/24");
  expect(coarseAddress("2001:db8:1:2::9")).toBe("2001:db8:1::/48");
  expect(coarseAddress("\u001b[2Jx")).toBe("unknown");
});

test("[S70] networks and loopback hosts are told from what only looks like them", () => {
  for (const text of ["10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8"]) {
    expect(isNetwork(text)).toBe(true);
  }
  for (const text of [
    "",
    "10.0.0.0/33",
    "10.0.0.0/8/8",
    "10.0.0/8",
    "example.org",
    "::1/129",
    "10.0.0.0/",
  ]) {
    expect(isNetwork(text)).toBe(false);
  }
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "::1"]) {
    expect(isLoopbackHost(host)).toBe(true);
  }
  for (const host of [
    "0.0.0.0",
    "::",
    "127.0.0.1.example.org",
    "localhost.example.org",
    "10.0.0.1",
  ]) {
    expect(isLoopbackHost(host)).toBe(false);
  }
});
