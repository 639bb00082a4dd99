package taskfarmer.model;

/**
 * One unit of work: a command and the number by which everything else refers to it.
 *
 * @param id the task's ID, from 0, never used for another task of the same work directory
 * @param command what is to be run
 */
public record Task(int id, Command command) {}
