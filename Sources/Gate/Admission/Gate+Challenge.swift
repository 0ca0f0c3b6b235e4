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

  /// What the client is to do about an ask that a step-up would cure, at least in part; nil when
  /// it cannot be challenged, when no forbid in the way says what would do, and when it came back
  /// with another token that would not do either.
  @inline(never)
  func challenge(of call: Call, _ decision: PolicyDecision) -> AuthenticationFailure? {
    guard decision.verdict == .ask, let terms = decision.stepUp, canBeChallenged(call),
      !challenges.isInVain(
        StepUpChallenges.Key(caller: call.caller.key, policies: decision.policies),
        credential: call.caller.principal.credential ?? "", at: Self.now, maxAge: terms.maxAge)
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
