/// Why a text is not YAML that we read.
struct YAMLError: Error, Sendable, Equatable {
  var mark: YAMLMark
  var message: String
  var expected: String?
}
