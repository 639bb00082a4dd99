/**
 * The truth about a farm and how farmers agree on it: journal, lock, transactions, state.
 *
 * <p>{@code docs/PROTOCOL.md} tells what the files hold and why a crash at any point loses nothing. Start reading at
 * {@link taskfarmer.store.Store}.
 */
@NullMarked
package taskfarmer.store;

import org.jspecify.annotations.NullMarked;
