import Catalog
import Configuration
import Reactor

/// What is known of servers, as policies see it today.
extension Gateway {
  /// A clock that is set is noticed after this long.
  private static let longestWait: Int64 = 3_600

  var fileCards: [String: Configuration.Card] { fileConfiguration.cards }

  /// Tells the catalog what is known of servers; holds from its next `apply` on.
  func describeServers() {
    home.preconditionCurrent()
    let today = CardDate.today()
    let cards = register.cards(under: configuration.cards, on: today)
    catalog?.describe(cards)
    cardTimer?.cancel()
    cardTimer = nil
    if cards.values.contains(where: { $0.isReviewOverdue == false }) { awaitNextDay(after: today) }
  }

  /// A review becomes overdue when a day is over.
  private func awaitNextDay(after today: String) {
    let wait = min(CardDate.secondsUntilTomorrow(), Self.longestWait)
    cardTimer = home.schedule(after: .seconds(wait)) { [weak self] in
      guard let self, !isStopping else { return }
      guard CardDate.today() != today else { return awaitNextDay(after: today) }
      describeServers()
      catalog?.apply(configuration)
    }
  }
}
