import Gate
import HTTP

extension AdminService {
  /// The tools that fit a wish, as an agent would find them or as they are.
  func search(_ exchange: HTTPExchange) async {
    guard var values = try? QueryParameters.parse(exchange.query ?? "") else {
      return answer(exchange, 400, error: "the query of the URL cannot be read")
    }
    guard let query = values.removeValue(forKey: "query") else {
      return answer(exchange, 400, error: "`query` is missing: what the tool is to do")
    }
    var question = Gate.SearchQuestion(query: query)
    if let text = values.removeValue(forKey: "limit") {
      guard let limit = Int(text), (1...Self.foundMax).contains(limit) else {
        return answer(exchange, 400, error: "`limit` must be a number from 1 to \(Self.foundMax)")
      }
      question.limit = limit
    }
    question.server = values.removeValue(forKey: "server")
    question.isExplained = values.removeValue(forKey: "explain") == "true"
    if let agent = values.removeValue(forKey: "as") {
      guard let known = knownAgent(agent, exchange) else { return }
      question.principal = known
    }
    if let unknown = values.keys.min() {
      return answer(exchange, 400, error: "`\(unknown.prefix(64))` is not known here")
    }
    answer(exchange, 200, await gate.searchReport(question))
  }

  private static let foundMax = 1000
}
