import Identity
import MCP

/// Step-up by another token: RFC 9470, and the scopes of RFC 6750 §3.1.
extension Gate {
  /// Whether a call's client can be told to get another token: its caller showed an issuer's, and
  /// the answer can be an HTTP status. Who cannot be challenged needs another way to the remedy.
  func canBeChallenged(_ call: Call) -> Bool {
    call.caller.principal.issuer != nil && call.request.client.takesChallenges
      && call.snapshot.protectedResource != nil
  }

  /// For how long a challenge counts as having been in vain, in seconds.
  private static let vainTime: Int64 = 600

  /// Who was challenged because of what.
  struct Challenged: Hashable {
    let caller: String
    let policies: [String]
  }

  /// What the client is to do about an ask that a step-up would cure, at least in part; nil when
  /// it cannot be challenged, when no forbid in the way says what would do, and when it came back
  /// with another token that would not do either.
  @inline(never)
  func challenge(of call: Call, _ decision: PolicyDecision) -> AuthenticationFailure? {
    guard decision.verdict == .ask, let terms = decision.stepUp, canBeChallenged(call),
      !isInVain(call, decision, terms)
    else { return nil }
    guard terms.contexts.isEmpty, terms.maxAge == nil else {
      return AuthenticationFailure(
        message: "The person must sign in anew with the authorization server, in the way that "
          + "acr_values and max_age say",
        error: .insufficientAuthentication, scopes: scopes(of: call, with: terms.scopes),
        contexts: terms.contexts, maxAge: terms.maxAge)
    }
    return AuthenticationFailure(
      message: "A token with the scopes \(terms.scopes.joined(separator: " ")) is needed",
      error: .insufficientScope, scopes: scopes(of: call, with: terms.scopes))
  }

  /// Whether another token came of the last challenge and is asked for the same. Who signed in anew
  /// and is asked again only because time went by is challenged again.
  private func isInVain(
    _ call: Call, _ decision: PolicyDecision, _ terms: StepUpTerms
  ) -> Bool {
    let key = Challenged(caller: call.caller.key, policies: decision.policies)
    let credential = call.caller.principal.credential ?? ""
    let now = Self.now
    if let last = challenged[key], last.credential != credential,
      now < last.at + min(Self.vainTime, terms.maxAge ?? Self.vainTime)
    {
      return true
    }
    challenged.insert((credential, now), for: key, bytes: key.caller.utf8.count + 256)
    return false
  }

  /// What the next token is to have: what it had, what each must have, and what is wanted now
  /// (MCP 2026-07-28, authorization, scope challenge handling).
  private func scopes(of call: Call, with wanted: [String]) -> [String] {
    guard !wanted.isEmpty else { return [] }
    var scopes = call.caller.principal.scopes
    for scope in (call.snapshot.protectedResource?.scopes ?? []) + wanted
    where !scopes.contains(scope) {
      scopes.append(scope)
    }
    return scopes
  }
}
