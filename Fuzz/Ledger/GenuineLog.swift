import Ledger

/// The log of the corpus. Its private key was thrown away: whatever the fuzzer makes, nothing else
/// can be signed by it.
enum GenuineLog {
  static let key = NoteKey(
    "example.com/seed+bf231beb+AaDHRf9uC4cTj7lym7EOZW9dXHJR8vojZ51TlunvbHd/")

  /// `MerkleHash.leaf` over its one bundle.
  static let bundle = "2eeb34422778e4210a4b4d708b26fb26c035f0335eafe9d59cd870213005181f"

  /// The leaves of its records.
  static let leaves: Set<String> = [
    "a09b872630ec3226d07bff401c539d51fc3dbe37080c68926e1cef9bbac2c674",
    "9ab623fdab9d6dc5777ae50e314d792805af0a4535c13ee7b2d0c8be73573655",
    "e6195c3b9ad9b2dda525134235e8ac373787dee034f26cab57a3b664676e5c10",
    "ccb73cf4a3bc42d1a7f5d6797a855b3f47673c87dacb3f8ec9465e5c757fa6de",
    "19e2144156bf0ce728a81837ff269588fadd20e453f05ce92e43b0aca461c304",
    "1ab60eb6caaeaabf5c0d200664ccf22e9a12bfd92f48f75136002c8f154856d0",
    "aa53aacd53d5d4de4edb8d6dc3c2e40943639dbdab12c6d1bf275244cb740771",
  ]
}
