public import JSON

/// What a tool seems to do, as far as its definition tells. A draft for a person, who confirms or
/// corrects it: it never lowers what is assumed. Without clear evidence that a tool only reads or
/// only adds, the draft is `destructive`.
public struct EffectDraft: Sendable, Equatable {
  /// `read`, `write`, `destructive`, `egress` or `admin`.
  public let effect: String
  /// What it was taken from, for a person.
  public let reason: String

  /// Reads a tool's definition as its upstream lists it.
  public init(ofTool definition: JSONNode) {
    let evidence = EffectEvidence(definition)
    (effect, reason) = evidence.conclusion()
  }
}
