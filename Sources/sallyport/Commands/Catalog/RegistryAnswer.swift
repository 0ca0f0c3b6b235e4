import Import

/// What was read of a registry.
struct RegistryAnswer {
  var servers: [RegistryServer] = []
  var pages = 1
  /// Whether the registry had more pages.
  var isCut = false
}

extension Session {
  /// Says that a registry has more than was read.
  func noteCut(_ answer: RegistryAnswer, of source: RegistrySource) {
    guard answer.isCut else { return }
    report("warning: \(source.place): it has more pages than the \(answer.pages) that were read")
  }
}
