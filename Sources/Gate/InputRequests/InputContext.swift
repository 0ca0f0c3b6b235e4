import Cedar

/// The `context.input` of `elicit`, `sample` and `listRoots`: what is asked, and under which tool,
/// prompt or resource.
enum InputContext {
  static func action(of kind: InputRequests.Kind) -> EntityUID {
    switch kind {
    case .form, .url: PolicyVocabulary.elicit
    case .sampling: PolicyVocabulary.sample
    case .roots: PolicyVocabulary.listRoots
    }
  }

  /// The words for what a question may be asked under.
  static let subjects: [AttributeName] = ["tool", "prompt", "resource"]

  static func record(_ kind: InputRequests.Kind, during subject: Subject) -> Record {
    var members: ContiguousArray<Record.Member> = [
      Record.Member(AttributeName(subject.word), .string(subject.policySubject.publicID))
    ]
    func add(_ name: String, _ value: Value) {
      members.append(Record.Member(AttributeName(name), value))
    }
    switch kind {
    case .form(let message, let fields):
      add("mode", .string("form"))
      add("message", .string(message))
      add("fields", .set(ValueSet(fields.map { .string($0) })))
    case .url(let message, let url, let host):
      add("mode", .string("url"))
      add("message", .string(message))
      add("fields", .set(ValueSet([])))
      add("url", .string(url))
      add("host", .string(host))
    case .sampling(let sampling):
      add("maxTokens", .long(sampling.maxTokens))
      add("includeContext", .string(sampling.includeContext))
      add("tools", .bool(sampling.hasTools))
      if let prompt = sampling.systemPrompt { add("systemPrompt", .string(prompt)) }
    case .roots: break
    }
    return Record(members)
  }
}
