import JSON

/// Annotations that say less than the name does.
enum AnnotationSignals {
  static func find(_ tool: JSONNode, name: String) -> [(place: String, finding: Finding)] {
    guard let annotations = tool[member: "annotations"] else { return [] }
    let verb = EffectWords.verb(ofName: name)
    var found: [(String, Finding)] = []
    if annotations[member: "readOnlyHint"]?.bool == true, let verb, verb.effect != .read {
      found.append(
        (
          "/annotations/readOnlyHint",
          Finding(
            "annotation-contradiction", .review, VisibleText.draw(name),
            "It says that it only reads, and its name says `\(verb.word)`.")
        ))
    }
    if annotations[member: "destructiveHint"]?.bool == false, let verb, verb.effect == .destructive
    {
      found.append(
        (
          "/annotations/destructiveHint",
          Finding(
            "annotation-contradiction", .review, VisibleText.draw(name),
            "It says that it destroys nothing, and its name says `\(verb.word)`.")
        ))
    }
    return found
  }
}
