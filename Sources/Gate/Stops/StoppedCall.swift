/// How far a call had come when it was stopped.
enum StoppedCall {
  /// Nothing was sent.
  case notMade
  /// It was sent, and nobody knows what became of it.
  case unknown
  /// The server had answered; nobody is told the answer.
  case answered
}
