import Crypto
import Identity

/// The tokens that were accepted last, each with its caller: an agent sends the same with every
/// call, and hashing it costs more than the rest of recognising its caller.
///
/// Emptied whenever the agents change, so that a token that was withdrawn is not accepted here; one
/// that may be over or taken back is asked for its time and its source each time.
/// Compared in a time that tells nothing of where tokens differ.
struct RecentTokens {
  /// Tokens kept. Each costs a comparison when another one is looked for.
  static let capacity = 4

  private var entries: [(token: String, caller: Caller, issued: IssuedUntil?)] = []
  private var oldest = 0

  /// The caller that a token was accepted for.
  subscript(token: String) -> Caller? {
    for entry in entries
    where ConstantTime.areEqual(entry.token.utf8Span.span, token.utf8Span.span) {
      if let issued = entry.issued, !issued.holds { return nil }
      return entry.caller
    }
    return nil
  }

  mutating func insert(_ token: String, _ caller: Caller, issued: IssuedUntil? = nil) {
    if let index = entries.firstIndex(where: { $0.token == token }) {
      entries[index] = (token, caller, issued)
    } else if entries.count < Self.capacity {
      entries.append((token, caller, issued))
    } else {
      entries[oldest] = (token, caller, issued)
      oldest = (oldest + 1) % Self.capacity
    }
  }

  mutating func removeAll() { self = RecentTokens() }
}

/// For how long a token counts as known that may be over or taken back.
final class IssuedUntil: Sendable {
  private let source: any CredentialSource
  private let epoch: UInt64
  private let expiresAt: Int64

  /// - Parameters:
  ///   - epoch: of the source, from before the token was looked at.
  ///   - expiresAt: in seconds since the epoch of clocks.
  init(by source: any CredentialSource, epoch: UInt64, until expiresAt: Int64) {
    self.source = source
    self.epoch = epoch
    self.expiresAt = expiresAt
  }

  var holds: Bool { source.epoch == epoch && !source.isPast(expiresAt) }
}
