defmodule MyApp.Repo.Migrations.Changes do
  use Ecto.Migration

  @tables ~w(users orders)a

  def up do
    alter table(:users) do
      add :note, :text
      add_if_not_exists :age, :integer, null: true
      add :team_id, references(:teams, on_delete: {:nilify, [:team_id]}, match: :full)
      modify :name, :text, null: true, default: nil, from: {:string, size: 80}
      modify :manager_id, references(:users), from: references(:managers, name: "old_key")
      modify :email, :string, collation: "C"
      remove :token
      remove :tags, {:array, :string}, default: []
      remove_if_exists :limits, {:array, :integer}
      remove :boss_id, references(:users)
      timestamps()
    end

    rename table(:users), :note, to: :remark
    rename table(:counters, prefix: "logs"), to: table(:counts)
    rename index(:orders, [:user_id]), to: "orders_by_user"
    drop index(:users, [:name], concurrently: true)
    drop_if_exists unique_index(:orders, [:number], prefix: "public"), mode: :cascade
    drop constraint(:users, "balance_is_positive")
    drop_if_exists constraint(:orders, :no_overlap), mode: :cascade
    drop_if_exists table("seen", prefix: "logs")
    drop table(:counts), mode: :cascade

    for table <- @tables, do: add_lock(table)
    Enum.each([a: :b, c: :d], fn {table, column} -> create index(table, [column]) end)
    [:x, :y] |> Enum.with_index(1) |> Enum.each(fn {name, i} -> rename table(name), to: table("#{name}_#{i}") end)
    if direction() == :up, do: execute("SELECT 'up'"), else: execute("SELECT 'never'")
  end

  def down, do: drop(table(:never))

  defp add_lock(table, type \\ :integer)
  defp add_lock(table, type) when is_atom(table) do
    alter table(table) do
      add_version(type)
    end
  end

  defp add_version(:text), do: add(:version, :text)
  defp add_version(type), do: add(:version, type, default: 1, null: false)
end
