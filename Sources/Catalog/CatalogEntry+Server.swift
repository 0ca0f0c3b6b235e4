import Configuration
import MCP

/// As others see it.
extension CatalogEntry {
  var server: CatalogServer {
    let isUnknown = upstream != nil && mayBeSeen && peer == nil
    guard configuration.isQuarantined else {
      return CatalogServer(
        name: configuration.name, upstream: upstream, peer: peer, timeout: timeout,
        keepsPublic: configuration.keepsPublic, tools: tools, prompts: prompts,
        resources: resources, templates: templates, listed: listed, failed: Set(errors.keys),
        freshness: freshness, isUp: isUp, isSettled: isSettled, isUnknown: isUnknown,
        card: card, pages: configuration.pages)
    }
    guard isApproved else {
      return CatalogServer(
        name: configuration.name, upstream: nil, timeout: timeout, isUp: isUp,
        isSettled: isSettled, isUnknown: isUnknown, withheld: approved.withheld, seen: seen,
        card: card)
    }
    var shown = peer
    if !review.isApproved(.instructions) { shown?.instructions = nil }
    return CatalogServer(
      name: configuration.name, upstream: upstream, peer: shown, timeout: timeout,
      keepsPublic: configuration.keepsPublic, tools: approved.tools, prompts: approved.prompts,
      resources: approved.resources, templates: approved.templates, listed: listed,
      failed: Set(errors.keys), freshness: freshness, isUp: isUp, isSettled: isSettled,
      isUnknown: isUnknown, withheld: approved.withheld, seen: seen,
      identification: ServerIdentification(connections, known: identifiedConnections), card: card,
      pages: configuration.pages, isQuarantined: true)
  }

  var report: UpstreamReport {
    let server = server
    return UpstreamReport(
      configuration: configuration, upstream: upstream, status: upstream?.status ?? .stopped,
      tools: server.tools.items.count, prompts: server.prompts.items.count,
      resources: server.resources.items.count, templates: server.templates.items.count,
      isApproved: isApproved, waiting: review.waiting, stopReason: stopReason,
      problems: CatalogList.allCases.flatMap { problems[$0] ?? [] },
      listingError: startError
        ?? CatalogList.allCases.lazy.compactMap { [errors] in errors[$0] }.first)
  }
}
